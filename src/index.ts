/** `wavetank`: the whole of it. For now that is the tank. */
export * from './sim/index.ts';
