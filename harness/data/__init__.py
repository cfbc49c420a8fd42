"""From clips to feature rows: decode, catalog, splits, feature bank, standardisation."""
