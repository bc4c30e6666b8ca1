"""Reports (研判、会办、通报、核查): which parts each has, its period, and its content as plain data."""
