"""Cross-entropy, from the inner product to softmax."""
