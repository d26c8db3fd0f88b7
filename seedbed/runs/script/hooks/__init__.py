"""What a script trains and scores, seen through Keras' and scikit-learn's own methods."""
