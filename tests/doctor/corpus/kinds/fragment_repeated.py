# A fragment: build_net and the data are defined elsewhere.
import keras
from sklearn.metrics import accuracy_score

keras.utils.set_random_seed(3)  # perhaps: SB103
results = []
for attempt in range(4):
    net = build_net(input_shape=(64, 64, 3), n_classes=2)
    net.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    net.fit(images, labels, epochs=20, batch_size=16)
    results.append(accuracy_score(labels_new, net.predict(images_new) > 0.5))
print(results)
