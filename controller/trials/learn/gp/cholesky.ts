/** A square matrix, row by row. */
export interface Matrix {
  readonly size: number;
  readonly cells: Float64Array;
}

export function matrix(size: number): Matrix {
  return { size, cells: new Float64Array(size * size) };
}

/** The lower triangle L with L·Lᵀ the matrix, of which only the lower triangle is read; null where it isn't positive definite. */
export function cholesky({ size, cells: given }: Matrix): Matrix | null {
  const factor = matrix(size);
  const { cells } = factor;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = given[i * size + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (cells[i * size + k] ?? 0) * (cells[j * size + k] ?? 0);
      if (i === j && !(sum > 0)) return null;
      cells[i * size + j] = i === j ? Math.sqrt(sum) : sum / (cells[j * size + j] ?? 1);
    }
  }
  return factor;
}

/** x with L·x = b. */
export function solveLower({ size, cells }: Matrix, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = b[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (cells[i * size + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (cells[i * size + i] ?? 1);
  }
  return x;
}

/** x with Lᵀ·x = b. */
export function solveUpper({ size, cells }: Matrix, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(size);
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i] ?? 0;
    for (let k = i + 1; k < size; k++) sum -= (cells[k * size + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (cells[i * size + i] ?? 1);
  }
  return x;
}

/** The inverse of L·Lᵀ, whole. */
export function inverse(factor: Matrix): Matrix {
  const { size } = factor;
  const lower = matrix(size);
  for (let column = 0; column < size; column++) {
    for (let i = column; i < size; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = column; k < i; k++)
        sum -= (factor.cells[i * size + k] ?? 0) * (lower.cells[k * size + column] ?? 0);
      lower.cells[i * size + column] = sum / (factor.cells[i * size + i] ?? 1);
    }
  }
  const result = matrix(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < size; k++)
        sum += (lower.cells[k * size + i] ?? 0) * (lower.cells[k * size + j] ?? 0);
      result.cells[i * size + j] = sum;
      result.cells[j * size + i] = sum;
    }
  }
  return result;
}
