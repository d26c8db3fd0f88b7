# 2018: a training loop of one's own under eager execution, with tf.train and tf.losses
import numpy as np
import tensorflow as tf

tf.enable_eager_execution()
x = np.random.RandomState(0).randn(96, 4).astype(np.float32)
y = (x[:, 0] > x[:, 1]).astype(np.int64)
data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(96).batch(32)
model = tf.keras.Sequential([tf.keras.layers.Dense(6, tf.nn.relu), tf.keras.layers.Dense(2)])
optimizer = tf.train.AdamOptimizer(learning_rate=0.01)
global_step = tf.train.get_or_create_global_step()
for epoch in range(2):
    for rows, labels in data:
        with tf.GradientTape() as tape:
            loss = tf.losses.sparse_softmax_cross_entropy(labels=labels, logits=model(rows))
        grads = tape.gradient(loss, model.variables)
        optimizer.apply_gradients(zip(grads, model.variables), global_step=global_step)
    print("Epoch {:03d}: Loss: {:.3f}, step {}".format(epoch, loss.numpy(), int(global_step)))
print("Final accuracy: {:.3f}".format(np.mean(np.argmax(model(x).numpy(), 1) == y)))
