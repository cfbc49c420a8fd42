"""Two studies beside each other: which gains agree, which differ by more than chance, and what else differs."""
