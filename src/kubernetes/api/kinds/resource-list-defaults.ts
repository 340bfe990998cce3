/**
 * Resource lists as they are stored: rounded up to thousandths (SetDefaults_ResourceList in pkg/apis/core/v1/defaults.go). What
 * needs no rounding keeps its text; what is no quantity stays for validation to refuse.
 */
import { formatQuantity, parseQuantity } from '../quantity.ts';

export type ResourceList = Record<string, string | number>;

const MILLI = 1_000_000n;

/** In place. */
export function roundResourceList(list: ResourceList | undefined): void {
  if (list === undefined) return;
  for (const [name, amount] of Object.entries(list)) list[name] = rounded(String(amount));
}

export function roundResources(
  resources: { limits?: ResourceList | undefined; requests?: ResourceList | undefined } | undefined,
): void {
  roundResourceList(resources?.limits);
  roundResourceList(resources?.requests);
}

/** Whole numbers, with a suffix of at least a thousandth or with none. */
const CLEARLY_EXACT = /^\d+(?:m|k|[KMGTPE]i?)?$/;

/** Away from zero. */
function rounded(text: string): string {
  if (CLEARLY_EXACT.test(text)) return text;
  const quantity = parseQuantity(text);
  if (quantity === undefined || quantity.nano % MILLI === 0n) return text;
  const { nano, format } = quantity;
  const steps = nano / MILLI + (nano < 0n ? -1n : 1n);
  return formatQuantity({ nano: steps * MILLI, format });
}
