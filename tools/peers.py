#!/usr/bin/env python3
"""What other people's tools reach on the messages that `cargo bench --bench understanding` judged.

`make bench` runs both. Reads target/understanding/*.json, prints one table with Pasokh's figures,
the peers' and their ratio. A peer sees the same parts, the same typos and the same keywords.
"""

import json
import pickle
import statistics
import sys
import time
import warnings
from pathlib import Path

import numpy
from flashtext import KeywordProcessor
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

try:
    from hazm import Normalizer
except ImportError as error:
    Normalizer = None
    print(f"hazm is left out: {error}")

FOLDER = Path(__file__).resolve().parent.parent / "target" / "understanding"
PRECISION = 0.98
# A token is a keyword when it is so like it, of 100.
ALIKE = 80
NOISES = ["lost, typos of any letter", "lost, slips on the keyboard"]
SVM = "TF-IDF + LinearSVC"
HAZM = "hazm + TF-IDF + LinearSVC"
FUZZ = "rapidfuzz, each word"
FLASH = "flashtext, exact"
# Few examples an intent are what is measured here, and no mistake.
warnings.filterwarnings("ignore", message="The number of unique classes")

rows = []


def row(corpus, measure, by, value, unit):
    rows.append({"corpus": corpus, "measure": measure, "by": by, "value": value, "unit": unit})


def read(name):
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def pipeline():
    """Words 1-2 and characters 2-5, as a careful person would set it up."""
    features = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b"),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
    )
    return make_pipeline(features, LinearSVC())


class Svm:
    def __init__(self, texts, labels):
        self.model = pipeline().fit(texts, labels)

    def answers(self, texts):
        heights = self.model.decision_function(texts)
        if heights.ndim == 1:
            heights = numpy.stack([-heights, heights], axis=1)
        first_two = numpy.sort(heights, axis=1)[:, -2:]
        best = self.model.classes_[heights.argmax(axis=1)]
        return list(zip(best, first_two[:, 1] - first_two[:, 0]))


def words(text):
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()


class Fuzz:
    """Each word votes for the intents of the keyword that is nearest to it."""

    def __init__(self, keywords):
        self.intents = {}
        for intent, listed in keywords.items():
            for keyword in listed:
                self.intents.setdefault(keyword, []).append(intent)
        self.known = list(self.intents)

    def answer(self, text):
        votes = {}
        for word in words(text):
            found = process.extractOne(word, self.known, scorer=fuzz.ratio, score_cutoff=ALIKE)
            if found:
                intents = self.intents[found[0]]
                for intent in intents:
                    votes[intent] = votes.get(intent, 0) + found[1] / 100 / len(intents)
        return max(votes.items(), key=lambda vote: vote[1]) if votes else (None, 0)

    def answers(self, texts):
        return [self.answer(text) for text in texts]


class Flash:
    def __init__(self, keywords):
        self.intents = {}
        self.processor = KeywordProcessor()
        for intent, listed in keywords.items():
            for keyword in listed:
                self.intents.setdefault(keyword, []).append(intent)
        self.processor.add_keywords_from_list(list(self.intents))

    def answers(self, texts):
        answers = []
        for text in texts:
            votes = {}
            for keyword in self.processor.extract_keywords(text):
                for intent in self.intents[keyword]:
                    votes[intent] = votes.get(intent, 0) + 1 / len(self.intents[keyword])
            answers.append(max(votes.items(), key=lambda vote: vote[1]) if votes else (None, 0))
        return answers


def folds_of(data):
    for fold in range(data["folds"]):
        known = [m for m in data["messages"] if m["fold"] != fold]
        yield fold, known, [m for m in data["messages"] if m["fold"] == fold]


def judge(peer, judged, way):
    answers = peer.answers([m["spelt"][way] for m in judged])
    return [(m["fold"], answer == m["label"], score) for m, (answer, score) in zip(judged, answers)]


def right(judged):
    return 100 * sum(is_right for _, is_right, _ in judged) / len(judged)


def accuracies(corpus, by, judged, noises):
    row(corpus, "right", by, right(judged[0]), "%")
    for noise, spelt in zip(noises, judged[1:]):
        row(corpus, noise, by, right(judged[0]) - right(spelt), "points")


def threshold(judged):
    judged = sorted(judged, key=lambda one: -one[2])
    good, found = 0, None
    for at, (_, is_right, score) in enumerate(judged):
        good += is_right
        is_last = at + 1 == len(judged) or judged[at + 1][2] < score
        if is_last and good >= PRECISION * (at + 1):
            found = score
    return found


def coverage(corpus, by, judged):
    """The threshold for each part is the one that the other parts would have chosen."""
    parts = {fold for fold, _, _ in judged}
    given = []
    for fold in parts:
        others = [one for one in judged if one[0] != fold or len(parts) == 1]
        least = threshold(others)
        if least is not None:
            given += [one for one in judged if one[0] == fold and one[2] >= least]
    row(corpus, "answered, threshold for 98 % right", by, 100 * len(given) / len(judged), "%")
    if given:
        row(corpus, "right of those answered", by, right(given), "%")


def examples_alone(data):
    judged = [[], [], []]
    for _, known, asked in folds_of(data):
        peer = Svm([m["spelt"][0] for m in known], [m["label"] for m in known])
        for way in range(3):
            judged[way] += judge(peer, asked, way)
    accuracies(data["corpus"], SVM, judged, NOISES)
    coverage(data["corpus"], SVM, judged[0])


def few_examples(data, rules):
    kinds = [
        ("BANKING77, 3 examples + 15 keywords", 1, 1),
        ("BANKING77, 3 examples", 1, 0),
        ("BANKING77, 15 keywords", 0, 1),
    ]
    for corpus, with_examples, with_keywords in kinds:
        judged = {by: [[], [], []] for by in [SVM, FUZZ, FLASH]}
        for fold, _, asked in folds_of(data):
            texts, labels, keywords = [], [], {}
            for intent, (listed, telling) in rules[fold].items():
                # Of the ways to tell a learner of keywords, behind each example was the best.
                behind = " ".join(telling) if with_keywords else ""
                own = [f"{text} {behind}" for text in listed] if with_examples else [behind]
                texts += own
                labels += [intent] * len(own)
                keywords[intent] = telling
            peers = {SVM: Svm(texts, labels)}
            if not with_examples:
                peers |= {FUZZ: Fuzz(keywords), FLASH: Flash(keywords)}
            for by, peer in peers.items():
                for way in range(3):
                    judged[by][way] += judge(peer, asked, way)
        for by, ways in judged.items():
            if ways[0]:
                accuracies(corpus, by, ways, NOISES)


def persian(data):
    normalise = {SVM: str}
    if Normalizer:
        normalise[HAZM] = Normalizer().normalize
    noises = [f"lost, {way}" for way in data["ways"][1:]]
    for by, normal in normalise.items():
        judged = [[] for _ in data["ways"]]
        for _, known, asked in folds_of(data):
            peer = Svm([normal(m["spelt"][0]) for m in known], [m["label"] for m in known])
            asked = [{**m, "spelt": [normal(text) for text in m["spelt"]]} for m in asked]
            for way, ones in enumerate(judged):
                ones += judge(peer, asked, way)
        accuracies(data["corpus"], by, judged, noises)


def seconds(work, repeats=7):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def load(data):
    texts, labels = [m["spelt"][0] for m in data["messages"]], [m["label"] for m in data["messages"]]
    row("curekart, 600 examples", "load", SVM, 1e3 * seconds(lambda: Svm(texts, labels)), "ms")
    size = len(pickle.dumps(Svm(texts, labels).model))
    row("curekart, 600 examples", "size", SVM, size / 1e6, "MB")


def speed(data):
    messages = data["messages"]
    for count in [data["few"], len(data["words"])]:
        keywords = {word: [word] for word in data["words"][:count]}
        for by, peer in [(FUZZ, Fuzz(keywords)), (FLASH, Flash(keywords))]:
            took = seconds(lambda: peer.answers(messages), 3) / len(messages)
            row(f"{count} keywords", "a message", by, 1e6 * took, "µs")


def print_table(ours):
    print(f"\n{'':64} {'':26} {'Pasokh':>10} {'peer':>10} {'':6} peer/Pasokh")
    for theirs in rows + [one for one in ours.values() if one["by"] != "pasokh"]:
        own = ours.get((theirs["corpus"], theirs["measure"], "pasokh"))
        if own:
            ratio = f"{theirs['value'] / own['value']:11.3g}" if own["value"] > 0 else f"{'–':>11}"
            name = f"{theirs['corpus']}: {theirs['measure']}"
            figures = f"{own['value']:10.2f} {theirs['value']:10.2f} {theirs['unit']:6}"
            print(f"{name:64} {theirs['by']:26} {figures} {ratio}")


def main():
    own_rows = read("rows")
    if own_rows is None:
        sys.exit(f"{FOLDER}/rows.json is missing: run `cargo bench --bench understanding` first.")
    ours = {(one["corpus"], one["measure"], one["by"]): one for one in own_rows}
    if data := read("curekart"):
        load(data)
    if data := read("speed"):
        speed(data)
    if data := read("persian"):
        persian(data)
    for name in ["curekart", "powerplay11", "sofmattress", "BANKING77"]:
        if data := read(name):
            examples_alone(data)
    if (data := read("BANKING77")) and (rules := read("few")):
        few_examples(data, rules)
    print_table(ours)


if __name__ == "__main__":
    main()
