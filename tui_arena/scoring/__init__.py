"""What marks and votes tell of models: tables, how sure they are, who differs; no screen here."""
