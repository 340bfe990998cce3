/** How a scenario writes its cluster. The compiler holds it against ClusterSpec. */

import { parseCidr } from '../../kubernetes/api/ip-address.ts';
import type { ClusterSpec, NodeGroup } from '../../kubernetes/cluster/cluster-spec.ts';
import type { ImageRule } from '../../kubernetes/protocol/registry.ts';
import {
  type DiskSpec,
  distributionSchema,
  expected,
  type NetworkSpec,
  type ServiceModel,
  z,
} from '../../sim/index.ts';

const text = (noun: string): z.ZodString => z.string(expected(noun)).min(1, expected(noun));
const optional = z.exactOptional;
const whole = (noun: string, min: number): z.ZodNumber => z.int(expected(noun)).min(min, expected(noun));
const number = (noun: string, min: number): z.ZodNumber => z.number(expected(noun)).min(min, expected(noun));
const list = <T extends z.ZodType>(item: T, noun: string) => z.array(item, expected(noun));
const texts = (noun: string) => z.record(z.string(), z.string(expected('a text')), expected(noun));

const NAME = 'a name of lower case letters, digits and -';
const hostName = z.string(expected(NAME)).regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, expected(NAME));
const PROBABILITY = 'a probability from 0 to 1';
const probability = z.number(expected(PROBABILITY)).min(0, expected(PROBABILITY)).max(1, expected(PROBABILITY));

/** Quantities are texts or numbers in YAML: `cpu: 4`. */
const quantities = z
  .record(
    z.string(),
    z.union([z.string(), z.number()], expected('a quantity such as 4, 500m or 16Gi')).transform(String),
    expected('quantities by resource: { cpu: 4, memory: 16Gi }'),
  )
  .meta({ description: 'Quantities by resource: cpu, memory, pods, ephemeral-storage.' });

const link = z.strictObject(
  {
    latency: distributionSchema,
    loss: optional(probability),
    duplication: optional(probability),
    reordering: optional(
      z.strictObject(
        { probability, windowMs: number('a number of milliseconds', 0) },
        expected('{ probability, windowMs }'),
      ),
    ),
    bytesPerSecond: optional(number('a number of bytes per second', 1)),
  },
  expected('a link: { latency: { constant: 1 }, … }'),
);

const PLACE = 'a place: { zone: zone-a } or { region: region-1 }';
const place = z.strictObject(
  { zone: optional(text('the name of a zone')), region: optional(text('the name of a region')) },
  expected(PLACE),
);

const network: z.ZodType<NetworkSpec> = z.strictObject(
  {
    loopback: optional(link.meta({ description: 'Within a host.' })),
    zone: optional(link.meta({ description: 'Between hosts of one zone.' })),
    region: optional(link.meta({ description: 'Between zones of one region.' })),
    world: optional(link.meta({ description: 'Between regions.' })),
    routes: optional(
      list(
        z.strictObject(
          { from: place, to: place, both: optional(z.boolean(expected('true or false'))), link },
          expected('a route: { from, to, link }'),
        ),
        'a list of routes',
      ),
    ),
    headerBytes: optional(number('a number of bytes', 0)),
    retransmitMs: optional(number('a number of milliseconds', 0)),
    breakAfterMs: optional(number('a number of milliseconds', 0)),
  },
  expected('a network: { zone: { latency: … }, … }'),
);

const serviceModel: z.ZodType<ServiceModel> = z
  .strictObject(
    {
      time: distributionSchema,
      servers: optional(whole('a whole number of at least 1', 1)),
      queueLimit: optional(whole('a whole number of at least 0', 0)),
    },
    expected('a service model: { time: { constant: 1 }, servers: 4 }'),
  )
  .meta({ description: 'How long a process takes over what it receives.' });

const disk: z.ZodType<DiskSpec> = z.strictObject(
  {
    name: text('the name of a disk'),
    capacityBytes: optional(number('a number of bytes', 0)),
    readLatency: optional(distributionSchema),
    writeLatency: optional(distributionSchema),
    fsyncLatency: optional(distributionSchema),
    bytesPerSecond: optional(number('a number of bytes per second', 1)),
  },
  expected('a disk: { name: disk }'),
);

const taint = z.strictObject(
  {
    key: text('the key of a taint'),
    value: optional(z.string(expected('a text'))),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
    timeAdded: optional(z.string(expected('a time'))),
  },
  expected('a taint: { key, value, effect }'),
);

const nodeGroup: z.ZodType<NodeGroup> = z
  .strictObject(
    {
      name: hostName.meta({ description: 'Nodes are called NAME-1, NAME-2, …; just NAME without a count.' }),
      count: optional(whole('a whole number of nodes of at least 0', 0)),
      zones: optional(list(text('the name of a zone'), 'a list of zones').min(1, expected('at least one zone'))),
      region: optional(text('the name of a region')),
      labels: optional(texts('labels, texts by name')),
      taints: optional(list(taint, 'a list of taints')),
      capacity: optional(quantities),
      reserved: optional(quantities),
      clock: optional(
        z.strictObject(
          {
            offsetMs: optional(z.number(expected('a number of milliseconds'))),
            driftPpm: optional(z.number(expected('a number of parts per million'))),
          },
          expected('a clock: { offsetMs, driftPpm }'),
        ),
      ),
      disks: optional(list(disk, 'a list of disks')),
    },
    expected('a group of nodes: { name: node, count: 3 }'),
  )
  .meta({ id: 'NodeGroup' });

const image: z.ZodType<ImageRule> = z
  .strictObject(
    {
      image: text('the name of an image, in which * stands for any text'),
      program: optional(text('the name of a program: generic, echo, load-generator')),
      config: optional(z.unknown()),
      sizeBytes: optional(whole('a whole number of bytes', 0)),
      missing: optional(z.literal(true, expected('true'))),
      unauthorized: optional(z.literal(true, expected('true'))),
    },
    expected('an image: { image: "shop/cart*", program: echo }'),
  )
  .meta({ id: 'Image' });

const CIDR = 'a block of addresses such as 10.244.0.0/16';
const cidr = z.string(expected(CIDR)).refine((value) => parseCidr(value) !== undefined, expected(CIDR));
const options = z.record(z.string(), z.unknown(), expected('options by name'));

export const clusterSchema: z.ZodType<ClusterSpec> = z
  .strictObject(
    {
      nodes: list(nodeGroup, 'a list of groups of nodes'),
      controlPlane: optional(
        z.strictObject(
          {
            zone: optional(text('the name of a zone')),
            region: optional(text('the name of a region')),
            apiServer: optional(serviceModel),
            etcd: optional(serviceModel),
            disks: optional(list(disk, 'a list of disks')),
          },
          expected('an object with zone, region, apiServer, etcd, disks'),
        ),
      ),
      network: optional(network),
      podCidr: optional(cidr),
      serviceCidr: optional(cidr),
      images: optional(list(image, 'a list of images')),
      registryBytesPerSecond: optional(number('a number of bytes per second', 1)),
      options: optional(
        z.strictObject(
          {
            kubelet: optional(options),
            kubeProxy: optional(options),
            scheduler: optional(options),
            apiServer: optional(options),
            etcd: optional(options),
            runtime: optional(options),
            controllers: optional(z.record(z.string(), options, expected('options by controller'))),
            controllerManager: optional(options),
          },
          expected('options by component'),
        ),
      ),
    },
    expected('a cluster: { nodes: [{ name: node, count: 3 }] }'),
  )
  .meta({ id: 'Cluster' });
