//! Leap days, year ends, clock changes, a clock that runs backwards, and time zones that are none.
