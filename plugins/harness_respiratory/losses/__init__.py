"""The objective: KL divergence, losses of the branches, contrastive loss."""
