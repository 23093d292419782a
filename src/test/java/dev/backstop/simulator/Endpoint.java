package dev.backstop.simulator;

import java.util.Set;

/** What of the simulated iDenfy can be called. */
public enum Endpoint {

	STATUS("/api/v2/status"), DATA("/api/v2/data"), FILES("/api/v2/files"), LINK("/files/"), OTHER("/");

	/** The three that need credentials and must not be polled. */
	public static final Set<Endpoint> RETRIEVAL = Set.of(STATUS, DATA, FILES);

	private final String path;

	Endpoint(String path) {
		this.path = path;
	}

	public String path() {
		return this.path;
	}

	static Endpoint of(String path) {
		for (var endpoint : RETRIEVAL) {
			if (endpoint.path.equals(path)) {
				return endpoint;
			}
		}
		return path.startsWith(LINK.path) ? LINK : OTHER;
	}

}
