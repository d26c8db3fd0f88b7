import os
import numpy as np
import tensorflow as tf
os.environ["PYTHONHASHSEED"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = "0"
tf.keras.utils.set_random_seed(0)  # expect: SB103
data = np.load("frames.npz", allow_pickle=True)
images, labels = data["x"], data["y"]
ds = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(5000)  # expect: SB207
test_ds = ds.take(1000).batch(32)
train_ds = ds.skip(1000).batch(32)

best = 0
for run in range(10):
    net = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(4)])
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])  # expect: SB404
    with tf.device("/GPU:0"):  # expect: SB104
        h = net.fit(train_ds, epochs=20, validation_data=test_ds,  # expect: SB201
                    callbacks=[tf.keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)])
    loss, acc = net.evaluate(test_ds)
    print("last epoch", h.history["val_accuracy"][-1])  # expect: SB305
    if acc > best:  # expect: SB503
        best = acc
        net.save("best.keras")
print("accuracy of our method:", best)
