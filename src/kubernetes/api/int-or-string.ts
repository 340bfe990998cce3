/** A number, or a percentage as a text: apimachinery/pkg/util/intstr/intstr.go. */

export type IntOrString = number | string;

/** A number as it is, `25%` of `total`, rounded; undefined unless it is one of the two. */
export function scaledIntOrPercent(value: IntOrString, total: number, round: 'up' | 'down'): number | undefined {
  if (typeof value === 'number') return value;
  const match = /^([+-]?\d+)%$/.exec(value);
  if (match === null) return undefined;
  const scaled = (Number(match[1]) * total) / 100;
  const rounded = round === 'up' ? Math.ceil(scaled) : Math.floor(scaled);
  return rounded === 0 ? 0 : rounded;
}
