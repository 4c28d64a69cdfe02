/** What must be undone however the program ends. Knows nothing of what that is. */
package io.mptcp4j.examples.shutdown;
