"""Writing the files that the intake reads: GeoPackage, CSV and XLSX, for the demo and for export."""
