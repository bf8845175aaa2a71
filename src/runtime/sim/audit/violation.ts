// An invariant of the simulator does not hold: ends the run, which is rejected, whatever goroutine this is found on top of.

export class Violation extends Error {
  override readonly name = 'Violation';
}
