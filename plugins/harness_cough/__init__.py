"""COVID-19 coughs: reader, side features and pretrained networks."""
