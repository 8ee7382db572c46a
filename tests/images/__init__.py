"""Images as AKS services have them, installed from their locks and driven: `make test-images`."""
