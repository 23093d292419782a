package dev.backstop.webhook;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Counts requests with {@code Idenfy-Signature} that do not reach the webhook's
 * controller. It keeps and logs nothing that a stranger could choose, above all no path,
 * which may name a person.
 */
class MisdirectedWebhooks extends HttpFilter implements Ordered {

	private final RefusedWebhooks refused;

	private final boolean onManagementPort;

	MisdirectedWebhooks(RefusedWebhooks refused, boolean onManagementPort) {
		this.refused = refused;
		this.onManagementPort = onManagementPort;
	}

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		try {
			chain.doFilter(request, response);
		}
		finally {
			if (request.getHeader(WebhookController.SIGNATURE) != null && !WebhookController.PATH
				.equals(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE))) {
				this.refused.misdirected(mistake(request));
			}
		}
	}

	private Misdirection mistake(HttpServletRequest request) {
		if (this.onManagementPort) {
			return Misdirection.PORT;
		}
		return request.getRequestURI().equals(request.getContextPath() + WebhookController.PATH) ? Misdirection.METHOD
				: Misdirection.PATH;
	}

	// before the filters that refuse such requests
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
