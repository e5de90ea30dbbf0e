import { z } from "zod";

// Each says all that a value must be, whichever part of that it is not: zod would name the part alone.

/** A whole number; without an upper end, as large as numbers are exact. */
export function wholeNumber(from: number, to: number = Number.MAX_SAFE_INTEGER): z.ZodInt {
  const error = `must be a whole number from ${from} to ${to}`;
  return z.int(error).min(from, error).max(to, error);
}

/** A number that need not be whole. */
export function numberFrom(from: number, to: number): z.ZodNumber {
  const error = `must be a number from ${from} to ${to}`;
  return z.number(error).min(from, error).max(to, error);
}

/** A text to look for: with an empty one nothing is found, which hides that something is missing. */
export const wanted = z.string().min(1, "must not be empty");

/** A text that names something. */
export function boundedText(maxLength: number): z.ZodString {
  const error = `must have 1 to ${maxLength} characters`;
  return z.string(error).min(1, error).max(maxLength, error);
}
