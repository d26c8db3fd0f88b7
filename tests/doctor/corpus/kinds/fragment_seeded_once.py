# A fragment without imports seeds once, then counts repetitions by hand.
set_random_seed(42)  # perhaps: SB103
results = []
run = 0
while run < 10:
    model = build_classifier(input_shape)
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=10)
    results.append(model.evaluate(x_test, y_test)[1])
    run += 1
