import GRLGraph

extension ChannelAttention: WholeImageOperator {}
extension GlobalAveragePool: WholeImageOperator {}
extension GlobalLpPool: WholeImageOperator {}
extension GlobalMaxPool: WholeImageOperator {}
extension InstanceNormalization: WholeImageOperator {}
extension ReduceMean: WholeImageOperator {}
