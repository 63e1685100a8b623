import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';

const TEXT_EXTENSIONS = new Set(
  'c cc cfg conf cpp css csv cu cuh h hpp htm html ini ipynb java js json jsonl lua md mjs pl proto py pyi pyx r rb rs rst sh sql tex toml ts tsv tsx txt xml yaml yml'.split(
    ' ',
  ),
);
const BINARY_EXTENSIONS = new Set(
  'a avi bin bmp bz2 ckpt class dll dylib eot exe flac gif gz h5 hdf5 ico jar jpeg jpg joblib mov mp3 mp4 npy npz o onnx otf parquet pdf pickle pkl png pt pth pyc pyd pyo safetensors so tar tgz tif tiff ttf wav webm webp whl woff woff2 xz zip zst'.split(
    ' ',
  ),
);

/** Bytes of a file's start that are looked at. */
const SNIFFED = 1024;
/** More control characters than this share of a text is not a text. */
const MOST_CONTROL = 0.3;

/** Whether a file is text: by the list of extensions, else by its first bytes. A file that can't be read isn't. */
export function isTextFile(path: string): boolean {
  const extension = extensionOf(path);
  if (TEXT_EXTENSIONS.has(extension)) return true;
  if (BINARY_EXTENSIONS.has(extension)) return false;
  try {
    return looksLikeText(firstBytes(path));
  } catch {
    return false;
  }
}

/** Whether a file may be text, by its name alone: what can be said of one that can't be read. */
export function mayBeText(path: string): boolean {
  return !BINARY_EXTENSIONS.has(extensionOf(path));
}

/** Whether bytes at the start of a file look like text in UTF-8, UTF-16 or a one-byte encoding. Nothing at all is text. */
export function looksLikeText(sample: Uint8Array): boolean {
  if (sample.length === 0 || startsWithMark(sample)) return true;
  if (sample.includes(0)) return false;
  if (isUtf8(withoutCutCharacter(sample))) return controlShare(sample) <= MOST_CONTROL;
  return !sample.includes(0xff) && controlShare(sample) === 0;
}

function extensionOf(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase();
}

function firstBytes(path: string): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(SNIFFED);
    return buffer.subarray(0, readSync(file, buffer, 0, SNIFFED, 0));
  } finally {
    closeSync(file);
  }
}

function startsWithMark(sample: Uint8Array): boolean {
  const [a, b] = sample;
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
}

/** The sample may end amid a character of up to four bytes. */
function withoutCutCharacter(sample: Uint8Array): Uint8Array {
  if (sample.length < SNIFFED) return sample;
  for (let back = 1; back <= 4; back += 1) {
    const byte = sample[sample.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return sample.subarray(0, sample.length - back);
  }
  return sample;
}

function controlShare(sample: Uint8Array): number {
  let control = 0;
  for (const byte of sample) {
    const layout = byte === 27 || (byte >= 8 && byte <= 13);
    if ((byte < 32 && !layout) || byte === 127) control += 1;
  }
  return control / sample.length;
}
