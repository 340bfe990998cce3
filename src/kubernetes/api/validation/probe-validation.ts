/** Probes and lifecycle hooks: pkg/apis/core/validation/validation.go, validateProbe, validateLifecycle, validateHandler. */
import type { FieldError } from '../field-error.ts';
import type { IntOrString } from '../int-or-string.ts';
import { httpHeaderNameProblems, portNameProblems, portNumberProblems } from '../label-syntax.ts';
import type { Container, Probe } from '../object.ts';
import { forbidden, invalid, invalidFor, nonNegative, notSupported, required } from './mistakes.ts';

/** A probe or a hook: it does one of these things. */
interface Handler {
  readonly exec?: Probe['exec'];
  readonly httpGet?: Probe['httpGet'];
  readonly tcpSocket?: Probe['tcpSocket'];
  readonly grpc?: { readonly port: number };
  readonly sleep?: { readonly seconds: number };
}

/** The three probes of a container. */
export function validateProbes(container: Container, field: string): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  const errors = [
    ...validateProbe(livenessProbe, `${field}.livenessProbe`),
    ...succeedsOnce(livenessProbe, `${field}.livenessProbe`),
    ...validateProbe(readinessProbe, `${field}.readinessProbe`),
    ...validateProbe(startupProbe, `${field}.startupProbe`),
    ...succeedsOnce(startupProbe, `${field}.startupProbe`),
  ];
  const grace = readinessProbe?.terminationGracePeriodSeconds;
  if (grace !== undefined) {
    const path = `${field}.readinessProbe.terminationGracePeriodSeconds`;
    errors.push(invalid(path, grace, 'must not be set for readinessProbes'));
  }
  return errors;
}

/** @param graceSeconds the pod's; how long a hook may sleep at most */
export function validateLifecycle(
  lifecycle: Container['lifecycle'],
  graceSeconds: number | undefined,
  field: string,
): FieldError[] {
  const { postStart, preStop } = lifecycle ?? {};
  return [
    ...(postStart === undefined ? [] : validateHandler(postStart, graceSeconds, `${field}.postStart`)),
    ...(preStop === undefined ? [] : validateHandler(preStop, graceSeconds, `${field}.preStop`)),
  ];
}

function validateProbe(probe: Probe | undefined, field: string): FieldError[] {
  if (probe === undefined) return [];
  const errors = validateHandler(probe as Handler, undefined, field);
  for (const name of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const) {
    errors.push(...nonNegative(`${field}.${name}`, probe[name]));
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  }
  return errors;
}

/** Nobody waits for a second success of a probe that restarts its container. */
function succeedsOnce(probe: Probe | undefined, field: string): FieldError[] {
  if (probe === undefined || probe.successThreshold === 1) return [];
  return [invalid(`${field}.successThreshold`, probe.successThreshold ?? 0, 'must be 1')];
}

function validateHandler(handler: Handler, graceSeconds: number | undefined, field: string): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const checks: [string, (path: string) => FieldError[]][] = [];
  if (exec !== undefined) {
    checks.push(['exec', (path) => ((exec.command ?? []).length === 0 ? [required(`${path}.command`)] : [])]);
  }
  if (httpGet !== undefined) checks.push(['httpGet', (path) => validateHttpGet(httpGet, path)]);
  if (tcpSocket !== undefined) checks.push(['tcpSocket', (path) => validatePortOrName(tcpSocket.port, `${path}.port`)]);
  if (grpc !== undefined) checks.push(['grpc', (path) => validatePortOrName(grpc.port, `${path}.port`)]);
  if (sleep !== undefined) checks.push(['sleep', (path) => validateSleep(sleep.seconds, graceSeconds, path)]);
  if (checks.length === 0) return [required(field, 'must specify a handler type')];
  return checks.flatMap(([name, check], index) =>
    index === 0
      ? check(`${field}.${name}`)
      : [forbidden(`${field}.${name}`, 'may not specify more than 1 handler type')],
  );
}

function validateHttpGet(action: NonNullable<Probe['httpGet']>, field: string): FieldError[] {
  const { path = '', port, scheme = '', httpHeaders = [] } = action;
  const errors = path === '' ? [required(`${field}.path`)] : [];
  errors.push(...validatePortOrName(port, `${field}.port`));
  if (scheme !== 'HTTP' && scheme !== 'HTTPS') errors.push(notSupported(`${field}.scheme`, scheme, ['HTTP', 'HTTPS']));
  for (const { name } of httpHeaders) {
    errors.push(...invalidFor(`${field}.httpHeaders`, name, httpHeaderNameProblems(name)));
  }
  return errors;
}

/** ValidatePortNumOrName. */
export function validatePortOrName(port: IntOrString, field: string): FieldError[] {
  return invalidFor(field, port, typeof port === 'number' ? portNumberProblems(port) : portNameProblems(port));
}

function validateSleep(seconds: number, graceSeconds: number | undefined, field: string): FieldError[] {
  if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return [];
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  return [invalid(field, seconds, detail)];
}
