"""One file a chart: its rows from the tables, and its Vega-Lite description by Altair."""
