"""Fits a polynomial to samples.csv by least squares, with the normal equations and no package."""

import argparse
import csv

parser = argparse.ArgumentParser()
parser.add_argument("--degree", type=int, default=1, choices=[1, 2, 3], help="Degree of the polynomial")
args = parser.parse_args()

with open("samples.csv", newline="") as file:
    points = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]

size = args.degree + 1
rows = [[sum(x ** (i + j) for x, _ in points) for j in range(size)] for i in range(size)]
for i, row in enumerate(rows):
    row.append(sum(y * x**i for x, y in points))
for i in range(size):
    pivot = max(range(i, size), key=lambda r: abs(rows[r][i]))
    rows[i], rows[pivot] = rows[pivot], rows[i]
    for j in range(size):
        if j != i:
            factor = rows[j][i] / rows[i][i]
            rows[j] = [a - factor * b for a, b in zip(rows[j], rows[i])]
weights = [row[-1] / row[i] for i, row in enumerate(rows)]

residual = sum((y - sum(w * x**i for i, w in enumerate(weights))) ** 2 for x, y in points) / len(points)
print("weights %s" % " ".join("%.4f" % weight for weight in weights))
print("degree %d" % args.degree)
print("residual %.6f" % residual)
