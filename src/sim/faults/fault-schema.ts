/**
 * The schemas of what follows a fault's kind in a file: `lose: { from: a, to: b, probability: 0.1 }`. The compiler
 * holds each of them against its member of the union in fault.ts.
 */
import { LONGEST_MS } from '../kernel/distribution-problems.ts';
import { distributionSchema } from '../kernel/distribution-schema.ts';
import { MAX_DRIFT_PPM } from '../kernel/host-clock.ts';
import { atLeastOne, expected, oneKeyObject, z } from '../kernel/schema.ts';
import { DISK_OPERATIONS, type FaultKind, type FaultOf } from './fault.ts';
import type { HostSelector, HostTerm, ProcessSelector } from './selector.ts';

const HOSTS = 'a host selector (a name, a pattern such as node-*, { zone: z1 }, { region: r1 }, or a list of these)';
const HOST_LIST = 'a list of at least one host selector';
const PROCESSES = 'a process as host/process, such as node-1/kubelet or "*/etcd", or a list of these';
const PROCESS_LIST = 'a list of at least one process';
const ZONES = 'a list of at least one zone';
const SIDES = 'two sides, each a host selector: [[a, b], { zone: z2 }]';
const OPERATIONS = `a list of at least one of ${DISK_OPERATIONS.join(', ')}`;

const name = (noun: string): z.ZodType<string> => z.string(expected(noun)).min(1, expected(noun));

const zoneTerm = oneKeyObject({ zone: name('the name of a zone'), region: name('the name of a region') }, HOSTS);
const hostName = z.string(expected(HOSTS)).regex(/^[^/]+$/, expected(HOSTS));
const hostTerm: z.ZodType<HostTerm> = z.union([hostName, zoneTerm], expected(HOSTS));
const hosts: z.ZodType<HostSelector> = z
  .union([hostName, zoneTerm, z.array(hostTerm, expected(HOSTS)).min(1, expected(HOST_LIST))], expected(HOSTS))
  .meta({ id: 'HostSelector', description: HOSTS });

const processName = z.string(expected(PROCESSES)).regex(/^[^/]+\/[^/]+$/, expected(PROCESSES));
const processes: z.ZodType<ProcessSelector> = z
  .union([processName, z.array(processName, expected(PROCESSES)).min(1, expected(PROCESS_LIST))], expected(PROCESSES))
  .meta({ id: 'ProcessSelector', description: PROCESSES });

const numberFrom = (noun: string, min: number, max: number): z.ZodNumber => {
  const range = expected(noun);
  return z.number(range).min(min, range).max(max, range);
};

const probability = numberFrom('a probability from 0 to 1', 0, 1);
const aboveZero = expected('a number above 0');
const factor = z.exactOptional(z.number(aboveZero).gt(0, aboveZero));
const disk = z.exactOptional(name('the name of a disk'));

const link = { from: hosts, to: hosts };
const disks = { hosts, disk };

/** For each kind the schema of its fields. */
export const FAULT_FIELDS = {
  partition: body({ sides: z.tuple([hosts, hosts], expected(SIDES)) }),
  'partition-one-way': body(link),
  isolate: body({ hosts }),
  'partition-zones': body({ zones: z.array(name('the name of a zone'), expected(ZONES)).min(1, expected(ZONES)) }),
  'random-halves': body({}),
  'slow-link': body({ ...link, factor, extra: z.exactOptional(distributionSchema) }).check(
    atLeastOne(['factor', 'extra']),
  ),
  lose: body({ ...link, probability }),
  duplicate: body({ ...link, probability }),
  reorder: body({ ...link, probability, windowMs: milliseconds(0) }),
  clog: body(link),
  reset: body(link),
  'half-open': body(link),
  crash: body({ processes }),
  'power-off': body({ hosts }),
  pause: body({ processes }),
  restart: body({ processes: z.exactOptional(processes), hosts: z.exactOptional(hosts) }).check(
    atLeastOne(['processes', 'hosts']),
  ),
  'clock-step': body({ hosts, byMs: milliseconds(-LONGEST_MS) }),
  'clock-drift': body({ hosts, partsPerMillion: drift() }),
  'disk-slow': body({ ...disks, factor, extraMs: z.exactOptional(milliseconds(0)) }).check(
    atLeastOne(['factor', 'extraMs']),
  ),
  'disk-full': body(disks),
  'disk-error': body({ ...disks, operations: operations(), probability }),
  'disk-torn-write': body(disks),
  'disk-bit-rot': body({ ...disks, file: z.exactOptional(name('the name of a file')), bits: bits() }),
  'disk-misdirected-write': body({ ...disks, probability }),
  'disk-lying-fsync': body({ ...disks, probability: z.exactOptional(probability) }),
} satisfies { [Kind in FaultKind]: z.ZodType<Omit<FaultOf<Kind>, 'kind'>> };

function body<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const names = Object.keys(shape);
  return z.strictObject(
    shape,
    expected(names.length === 0 ? 'an empty object, {}' : `an object with ${names.join(', ')}`),
  );
}

function milliseconds(min: number): z.ZodNumber {
  return numberFrom(
    min < 0 ? 'a number of milliseconds, which may be negative' : `a number of milliseconds of at least ${min}`,
    min,
    LONGEST_MS,
  );
}

function drift(): z.ZodNumber {
  const noun = expected(`a whole number of parts per million from -${MAX_DRIFT_PPM} to ${MAX_DRIFT_PPM}`);
  return z.number(noun).int(noun).min(-MAX_DRIFT_PPM, noun).max(MAX_DRIFT_PPM, noun);
}

function bits(): z.ZodNumber {
  const noun = expected('a whole number of bits of at least 1');
  return z.number(noun).int(noun).min(1, noun);
}

function operations(): z.ZodArray<z.ZodEnum<{ [Name in (typeof DISK_OPERATIONS)[number]]: Name }>> {
  return z.array(z.enum(DISK_OPERATIONS), expected(OPERATIONS)).min(1, expected(OPERATIONS));
}
