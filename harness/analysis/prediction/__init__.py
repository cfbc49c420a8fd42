"""What a task would gain from partners that it was never trained with."""
