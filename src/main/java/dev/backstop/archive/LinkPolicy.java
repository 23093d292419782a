package dev.backstop.archive;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which links may be fetched, told before any call. */
class LinkPolicy {

	private static final int HTTPS_PORT = 443;

	private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

	private final List<String> allowedHosts;

	private final boolean allowLoopbackHttp;

	LinkPolicy(ArchiveProperties properties) {
		this.allowedHosts = properties.allowedHosts().stream().map(LinkPolicy::canonical).toList();
		this.allowLoopbackHttp = properties.allowLoopbackHttp();
	}

	/**
	 * The address that a link stands for.
	 * @throws FetchException.Refused if it may not be fetched, with a reason that says
	 * nothing of the link but its host
	 */
	URI check(String link) throws FetchException.Refused {
		var uri = parse(link);
		var host = uri.getHost();
		if (uri.getScheme() == null || host == null) {
			throw new FetchException.Refused("the link is no absolute URI with a host");
		}
		if (!isPlain(uri, host)) {
			throw new FetchException.Refused("the link names more than a host and a port");
		}
		if (this.allowLoopbackHttp && isHttp(uri) && LOOPBACK.matcher(canonical(host)).matches()) {
			return uri;
		}
		if (!"https".equalsIgnoreCase(uri.getScheme())) {
			throw new FetchException.Refused("the link is no https");
		}
		if (uri.getPort() != -1 && uri.getPort() != HTTPS_PORT) {
			throw new FetchException.Refused("the link leads to another port than 443");
		}
		if (this.allowedHosts.stream().noneMatch((allowed) -> matches(canonical(host), allowed))) {
			throw new FetchException.Refused("the host %s is not in backstop.archive.allowed-hosts".formatted(host));
		}
		return uri;
	}

	private static URI parse(String link) throws FetchException.Refused {
		// a URI of Java's may have other letters, which no two readers read alike
		if (StandardCharsets.US_ASCII.newEncoder().canEncode(link)) {
			try {
				return new URI(link);
			}
			catch (URISyntaxException ex) {
				// quotes the link
			}
		}
		throw new FetchException.Refused("the link is no URI");
	}

	private static boolean isPlain(URI uri, String host) {
		var port = (uri.getPort() != -1) ? ":" + uri.getPort() : "";
		return (host + port).equals(uri.getRawAuthority());
	}

	private static boolean isHttp(URI uri) {
		return "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
	}

	private static boolean matches(String host, String allowed) {
		return allowed.startsWith("*.") ? host.length() >= allowed.length() && host.endsWith(allowed.substring(1))
				: host.equals(allowed);
	}

	private static String canonical(String host) {
		var name = host.toLowerCase(Locale.ROOT);
		return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
	}

}
