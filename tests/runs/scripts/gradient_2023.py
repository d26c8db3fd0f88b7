# A loop of one's own with GradientTape: never calls fit.
import random
import numpy as np
import tensorflow as tf

random.seed(3)
x = tf.constant(np.random.normal(size=(256, 8)), tf.float32)
y = tf.cast(tf.reduce_sum(x, 1, keepdims=True) > 0, tf.float32)
w = tf.Variable(tf.random.normal((8, 1)))
for epoch in range(5):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, x @ w))
    w.assign_sub(0.5 * tape.gradient(loss, w))
    print(f"epoch {epoch}: loss = {float(loss):.4f}")
print("picked", random.random())
