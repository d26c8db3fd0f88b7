# The network is made once, outside the loop, by something that is defined elsewhere.
import keras

keras.utils.set_random_seed(3)
nets = {"small": make_net(8), "large": make_net(64)}
net = nets["small"]
net.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
for turn in range(4):
    history = net.fit(images, labels, epochs=20, validation_data=(images_dev, labels_dev))  # perhaps: SB302
    print(net.evaluate(images_new, labels_new))
