// The least that a Piscina task can do.

export default function task(v: number): number {
  return v;
}
