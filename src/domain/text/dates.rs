//! Dates as people write them: Jalali in Persian, Gregorian in English.
