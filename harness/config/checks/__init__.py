"""What a study file must fulfil beyond the types of its keys; each check adds problems to the findings."""
