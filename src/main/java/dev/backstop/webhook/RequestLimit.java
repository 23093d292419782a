package dev.backstop.webhook;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Limits the requests in progress on the public port, and leaves connections for them:
 * idle ones are kept only while there are enough.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestLimit extends OncePerRequestFilter {

	// each takes some 100 KB of a heap of 179 MB
	static final int AT_ONCE = 256;

	private static final Duration WAIT = Duration.ofMillis(500);

	private final Semaphore places = new Semaphore(AT_ONCE, true);

	private final RefusedWebhooks refused;

	private final HandlerExceptionResolver resolver;

	private final Connections connections;

	RequestLimit(Connections connections, RefusedWebhooks refused,
			@Qualifier("handlerExceptionResolver") HandlerExceptionResolver resolver) {
		this.connections = connections;
		this.refused = refused;
		this.resolver = resolver;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (!hasPlace()) {
			this.refused.shed(Overloaded.Lack.PLACE);
			this.resolver.resolveException(request, response, null, new Overloaded(Overloaded.Lack.PLACE));
			return;
		}
		try {
			if (this.connections.areFew()) {
				response.setHeader(HttpHeaders.CONNECTION, "close");
			}
			chain.doFilter(request, response);
		}
		finally {
			this.places.release();
		}
	}

	private boolean hasPlace() {
		try {
			return this.places.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException _) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
