// Names of functions as pictures have room for them. After ShortenFunctionName in google/pprof's internal/graph.

/** What remains of a name is what its groups hold; the first that fits counts. */
const shapes = [
  // Go: without the directories of the package's path.
  /^(?:[\w\-.]+\/)+([^.]+\..+)/,
  // Java: the class and the method, without packages and parameters.
  /^(?:[a-z]\w*\.)*([A-Z][\w$]*\.(?:<init>|[a-z][\w$]*(?:\$\d+)?))(?:\(|$)/,
  // C++: the class and the method, without namespaces.
  /^(?:[_a-zA-Z]\w*::)+(_*[A-Z]\w*::~?[_a-zA-Z]\w*(?:<.*>)?)/,
];
/** `/v2` and its like after the path of a Go module. */
const MODULE_VERSION = /^(.*?)\/v(?:[2-9]|[1-9]\d+)([./].*)$/;

/** A function's name without where it is from. */
export function shortName(name: string): string {
  const plain = name.replace(/^\(anonymous namespace\)::/, '').replace(MODULE_VERSION, '$1$2');
  for (const shape of shapes) {
    const [, kept] = shape.exec(plain) ?? [];
    if (kept !== undefined) return kept;
  }
  return plain;
}
