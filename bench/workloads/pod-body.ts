/** A body shaped like a small Pod: about 1 KB as JSON. */
export function podBody(number: number): Record<string, unknown> {
  const name = `frontend-${number}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `7f3c2b1e-0000-4000-8000-${String(number).padStart(12, '0')}`,
      resourceVersion: String(1000 + number),
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: 'frontend', tier: 'web', 'pod-template-hash': '5d8c9f7b6d' },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'frontend-5d8c9f7b6d', uid: 'a1b2', controller: true },
      ],
    },
    spec: {
      nodeName: `node-${number % 100}`,
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      serviceAccountName: 'default',
      containers: [
        {
          name: 'server',
          image: 'registry.example/shop/frontend:v0.10.1',
          ports: [{ containerPort: 8080, protocol: 'TCP' }],
          env: [
            { name: 'PORT', value: '8080' },
            { name: 'CATALOG_ADDR', value: 'catalog:3550' },
          ],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
        },
      ],
    },
    status: {
      phase: 'Running',
      podIP: `10.0.${number % 250}.17`,
      conditions: [
        { type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:02Z' },
        { type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
    },
  };
}
