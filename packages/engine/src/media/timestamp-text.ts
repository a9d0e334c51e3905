/**
 * Seconds with one decimal, as Python prints them and so as the model was taught: what lies exactly between two decimals
 * goes to the even one (0.25 → 0.2), where `toFixed` takes the larger.
 */
export function timestampText(seconds: number): string {
  // Only odd multiples of a quarter are halfway between decimals and have an exact binary form.
  const halfway = Math.abs(seconds * 4) % 2 === 1;
  const below = Math.floor(seconds * 10);
  return halfway ? ((below % 2 === 0 ? below : below + 1) / 10).toFixed(1) : seconds.toFixed(1);
}
