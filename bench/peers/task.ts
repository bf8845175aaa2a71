// The smallest Piscina task.

export default function task(v: number): number {
  return v;
}
