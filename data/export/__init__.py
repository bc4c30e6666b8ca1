"""Writers of the files that the intake reads: rows in, GeoPackage, CSV and XLSX out, for the demo and for export."""
