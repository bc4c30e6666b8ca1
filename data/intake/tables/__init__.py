"""Tables: from the cells of a file to named columns and rows that can be read field by field."""
