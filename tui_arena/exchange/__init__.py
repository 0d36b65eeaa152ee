"""Sessions in the forms of other programs, both ways. No screen and no models in here."""
