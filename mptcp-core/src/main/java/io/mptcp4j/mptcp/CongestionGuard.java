package io.mptcp4j.mptcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.congestion.CongestionControllers;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.congestion.CongestionGroup;
import io.mptcp4j.mptcp.congestion.CongestionGroups;
import io.mptcp4j.mptcp.congestion.CoupledView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the controllers of a connection's subflows made by its congestion control, which may be an application's. Where that
 * throws or makes nothing the subflow gets the default one: a SYN that a listener takes must not end a stack.
 */
final class CongestionGuard implements CongestionGroup {
    private static final Logger LOG = LoggerFactory.getLogger(CongestionGuard.class);

    private final MptcpConnection connection;
    private final CongestionGroup group;

    CongestionGuard(MptcpConnection connection, CongestionGroup.Factory factory) {
        this.connection = connection;
        this.group = Made.by(factory::create, this::onFault, CongestionGuard::substitute);
    }

    @Override
    public CongestionController join(CoupledView subflow, int maximumSegmentSize) {
        return Made.by(() -> group.join(subflow, maximumSegmentSize), this::onFault, () -> substitute()
                .join(subflow, maximumSegmentSize));
    }

    @Override
    public void leave(CongestionController controller) {
        try {
            group.leave(controller);
        } catch (Throwable e) {
            onFault(e);
        }
    }

    private static CongestionGroup substitute() {
        return CongestionGroups.byName(CongestionControllers.DEFAULT).create();
    }

    private void onFault(Throwable cause) {
        LOG.warn(
                "a congestion control {}; where it made no controller {} takes its place",
                cause == null ? "made nothing" : "failed",
                CongestionControllers.DEFAULT,
                cause);
        connection.count(Counter.CONGESTION_FAULTS);
    }
}
