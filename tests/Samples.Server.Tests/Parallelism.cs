using Xunit.Sdk;
using Xunit.v3;

// Meters belong to the process: two servers at once would count each other's requests.
[assembly: Parallelization(Mode = ParallelMode.None)]
