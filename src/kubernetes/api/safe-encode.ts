/** Letters that spell no bad words in generated names: apimachinery/pkg/util/rand/rand.go. */
export const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Each character by the letter at its code modulo the alphabet's length (SafeEncodeString). */
export function safeEncodeString(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; at++) out += SAFE_ALPHABET.charAt(text.charCodeAt(at) % SAFE_ALPHABET.length);
  return out;
}
