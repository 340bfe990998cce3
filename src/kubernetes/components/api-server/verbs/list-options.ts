/** Which options of a list go together (apimachinery/pkg/apis/meta/internalversion/validation/validation.go). */
import type { FieldError } from '../../../api/field-error.ts';
import type { ListRequest } from '../../../protocol/api.ts';

type ListOptions = Pick<Partial<ListRequest>, 'resourceVersion' | 'resourceVersionMatch' | 'continue'>;

export function listOptionErrors(options: ListOptions): FieldError[] {
  const { resourceVersion = '', resourceVersionMatch: match, continue: token = '' } = options;
  if (match === undefined) return [];
  const errors: FieldError[] = [];
  const forbid = (detail: string): void => {
    errors.push({ type: 'FieldValueForbidden', field: 'resourceVersionMatch', detail });
  };
  if (resourceVersion === '') forbid('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (token !== '') forbid('resourceVersionMatch is forbidden when continue is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    const detail = 'supported values: "Exact", "NotOlderThan"';
    errors.push({ type: 'FieldValueNotSupported', field: 'resourceVersionMatch', detail, value: match });
  }
  if (match === 'Exact' && resourceVersion === '0') {
    forbid('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  return errors;
}
