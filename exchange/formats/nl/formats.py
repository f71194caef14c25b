"""How we write dates and times in Dutch."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j-n-Y"
TIME_FORMAT = "H.i"
DATETIME_FORMAT = "j F Y, H.i"
