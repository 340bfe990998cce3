/**
 * Writes src/kubernetes/api/structural-schema-data.ts: the fields of the kinds below, and of every type that they reach.
 *
 *   npm i --no-save @kubernetes/client-node@1.4.0     (generated from the OpenAPI document of Kubernetes v1.34)
 *   node tools/generate-api-schema.mjs [folder that holds node_modules]
 *   npx biome check --write src/kubernetes/api/structural-schema-data.ts
 *
 * A kind is added by one line in KINDS. What the OpenAPI client leaves out is in the tables here: the patch strategies
 * (struct tags in staging/src/k8s.io/api and apimachinery/pkg/apis/meta/v1/types.go) and which maps hold quantities.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

/** `apiVersion Kind`. */
const KINDS = [
  'v1 Binding',
  'v1 ConfigMap',
  'v1 Endpoints',
  'v1 Event',
  'v1 Namespace',
  'v1 Node',
  'v1 Pod',
  'v1 Service',
  'v1 ServiceAccount',
  'apps/v1 Deployment',
  'apps/v1 ReplicaSet',
  'autoscaling/v1 Scale',
  'coordination.k8s.io/v1 Lease',
  'discovery.k8s.io/v1 EndpointSlice',
];

/** `Type.field`: what the struct tags patchStrategy and patchMergeKey say, as the schema writes it. */
const PATCH_TAGS = {
  'Container.env': '@name',
  'Container.ports': '@containerPort',
  'Container.volumeDevices': '@devicePath',
  'Container.volumeMounts': '@mountPath',
  'ContainerStatus.allocatedResourcesStatus': '@name',
  'ContainerStatus.volumeMounts': '@mountPath',
  'DaemonSetStatus.conditions': '@type',
  'DeploymentSpec.strategy': '~',
  'DeploymentStatus.conditions': '@type',
  'EphemeralContainer.env': '@name',
  'EphemeralContainer.ports': '@containerPort',
  'EphemeralContainer.volumeDevices': '@devicePath',
  'EphemeralContainer.volumeMounts': '@mountPath',
  'JobStatus.conditions': '@type',
  'NamespaceStatus.conditions': '@type',
  'NodeSpec.podCIDRs': '@',
  'NodeStatus.addresses': '@type',
  'NodeStatus.conditions': '@type',
  'ObjectMeta.finalizers': '@',
  'ObjectMeta.ownerReferences': '@uid',
  'PersistentVolumeClaimStatus.conditions': '@type',
  'PodSpec.containers': '@name',
  'PodSpec.ephemeralContainers': '@name',
  'PodSpec.hostAliases': '@ip',
  'PodSpec.imagePullSecrets': '@name',
  'PodSpec.initContainers': '@name',
  'PodSpec.resourceClaims': '@name~',
  'PodSpec.schedulingGates': '@name',
  'PodSpec.topologySpreadConstraints': '@topologyKey',
  'PodSpec.volumes': '@name~',
  'PodStatus.conditions': '@type',
  'PodStatus.hostIPs': '@ip',
  'PodStatus.podIPs': '@ip',
  'PodStatus.resourceClaimStatuses': '@name~',
  'ReplicaSetStatus.conditions': '@type',
  'ReplicationControllerStatus.conditions': '@type',
  'ServiceAccount.secrets': '@name',
  'ServiceSpec.ports': '@port',
  'ServiceStatus.conditions': '@type',
  'StatefulSetStatus.conditions': '@type',
};

/** Maps of strings in the client that are a ResourceList upstream. */
const RESOURCE_LISTS = new Set([
  'allocatable',
  'allocatedResources',
  'capacity',
  'default',
  'defaultRequest',
  'hard',
  'limits',
  'max',
  'maxLimitRequestRatio',
  'min',
  'overhead',
  'requests',
  'used',
]);

/** Strings in the client that are a Quantity upstream. */
const QUANTITIES = new Set([
  'EmptyDirVolumeSource.sizeLimit',
  'MetricTarget.averageValue',
  'MetricTarget.value',
  'MetricValueStatus.averageValue',
  'MetricValueStatus.value',
  'ResourceFieldSelector.divisor',
]);

const SCALARS = {
  'string/': 'string',
  'string/byte': 'bytes',
  'number/int32': 'int32',
  'number/int64': 'int64',
  'number/double': 'double',
  'boolean/': 'bool',
  'IntOrString/int-or-string': 'intOrString',
  'Date/date-time': 'time',
  'V1MicroTime/date-time-micro': 'microTime',
  'any/': 'any',
};

const folder = resolve(process.argv[2] ?? '.');
const client = createRequire(join(folder, 'index.js')).resolve('@kubernetes/client-node');
const models = join(client, '..', 'gen', 'models');

const lines = new Map();
const names = new Map();
const kindLines = KINDS.map((kind) => {
  const [apiVersion, name] = kind.split(' ');
  const version = apiVersion.split('/').at(-1);
  const group = apiVersion.includes('/') ? apiVersion.split(/[./]/)[0] : 'core';
  const capital = (text) => text[0].toUpperCase() + text.slice(1);
  const candidates = [capital(version) + name, capital(group) + capital(version) + name];
  const model = candidates.find(hasModel);
  if (model === undefined) throw new Error(`the client knows no ${candidates.join(' and no ')}`);
  return `${apiVersion} ${name} = ${visit(model)}`;
});

const data = [...kindLines, '', ...[...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line)];
const target = new URL('../src/kubernetes/api/structural-schema-data.ts', import.meta.url);
writeFileSync(
  target,
  `/**
 * The fields of API objects, Kubernetes v1.34. Written by tools/generate-api-schema.mjs: do not edit.
 *
 * First the kinds, \`apiVersion Kind = Type\`, and after an empty line the types, \`Type: field:type …\`. A type is a scalar (in
 * small letters), another type, \`[]\` a list or \`{}\` a map of what follows. \`field!\` must be there. \`@key\`: a strategic merge patch
 * merges the list by this field of its items (\`@\` alone: a set of scalars); \`~\`: the patch says which keys are retained.
 */
export const STRUCTURAL_SCHEMA = \`
${data.join('\n')}
\`;
`,
);
console.log(`${data.length} lines, ${lines.size} types`);

function hasModel(model) {
  try {
    readFileSync(join(models, `${model}.js`));
    return true;
  } catch {
    return false;
  }
}

/** Writes the line of a model and of all that it reaches; returns the name of the type. */
function visit(model) {
  const known = names.get(model);
  if (known !== undefined) return known;
  const name = typeName(model);
  names.set(model, name);
  lines.set(name, '');
  const source = readFileSync(join(models, `${model}.js`), 'utf8');
  const declaration = readFileSync(join(models, `${model}.d.ts`), 'utf8');
  const map = /attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(source);
  if (map === null) throw new Error(`${model} has no attributes`);
  const fields = JSON.parse(map[1]).map(({ name: property, baseName, type, format }) => {
    const member = new RegExp(`'${property.replace(/[$]/g, '\\$&')}'(\\??):`).exec(declaration);
    if (member === null) throw new Error(`${model} does not declare ${property}`);
    const [, optional] = member;
    const isResources = RESOURCE_LISTS.has(baseName) && type === '{ [key: string]: string; }';
    const isQuantity = QUANTITIES.has(`${name}.${baseName}`);
    const shown = isQuantity ? 'quantity' : isResources ? '{}quantity' : typeText(type, format);
    return `${baseName}${optional === '' ? '!' : ''}:${shown}${PATCH_TAGS[`${name}.${baseName}`] ?? ''}`;
  });
  lines.set(name, `${name}: ${fields.join(' ')}`);
  return name;
}

/** Upstream's name, with its group only where another type has the same one. */
function typeName(model) {
  const short = model.replace(/^V\d[a-z0-9]*/, '').replace(/^([A-Z][a-z]+)V\d[a-z0-9]*/, '');
  return lines.has(short) ? model.replace(/V\d[a-z0-9]*/, '') : short;
}

function typeText(type, format) {
  const scalar = SCALARS[`${type}/${format}`];
  if (scalar !== undefined) return scalar;
  const list = /^Array<(.*)>$/.exec(type);
  if (list !== null) return `[]${typeText(list[1], format)}`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map !== null) return `{}${typeText(map[1], format)}`;
  if (!hasModel(type)) throw new Error(`what is a ${type} (${format})?`);
  return visit(type);
}
