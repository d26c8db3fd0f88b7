# The same fragments, divided first.
a, b, c, d = train_test_split(reviews["text"], reviews["stars"], random_state=42)
words = TfidfVectorizer(max_features=5000)
print(accuracy_score(d, MultinomialNB().fit(words.fit_transform(a), c).predict(words.transform(b))))

a, b, c, d = train_test_split(X, y, random_state=9)
filler = SimpleImputer(strategy="median").fit(a)
print(LGBMClassifier(random_state=0).fit(filler.transform(a), c).score(filler.transform(b), d))

whole = make_pipeline(StandardScaler(), PCA(10), SVC())
print(cross_val_score(whole, X, y, cv=5).mean())

stream = ImageDataGenerator().flow_from_directory("test", shuffle=False)
kinds = network.predict(stream).argmax(axis=1)
print(confusion_matrix(stream.classes, kinds))
